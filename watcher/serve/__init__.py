"""Frames to people: the door for aiohttp. Runs in the event loop, touches no file and no bucket."""
