"""The names of months, as programs write them."""

from __future__ import annotations

# As `date` and the journal write them in the languages that most of them are read in.
NAMES = (
    "jan janu january januar janv janvier jän januari ene enero gen gennaio janeiro sty янв января",
    "feb febr february februar févr février fév februari febrero febbraio fev fevereiro lut"
    " фев февраля",
    "mar marc march mär märz mrz mars mrt maart marzo março мар марта",
    "apr apri april avr avril abr abril aprile kwi апр апреля",
    "may mai mei maj mayo mag maggio maio май мая",
    "jun june juni juin junio giu giugno junho cze июн июня",
    "jul july juli juil juillet julio lug luglio julho lip июл июля",
    "aug augu august août augustus ago agosto sie авг августа",
    "sep sept september septembre septiembre set settembre setembro wrz сен сентября",
    "oct octo october okt oktober octobre octubre ott ottobre out outubro paź окт октября",
    "nov nove november novembre noviembre novembro lis ноя ноября",
    "dec dece december dez dezember déc décembre dic diciembre dicembre dezembro gru дек декабря",
)
MONTHS = {name.encode(): number for number, names in enumerate(NAMES, 1) for name in names.split()}
