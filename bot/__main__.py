"""`python -m bot` is `opc`."""

from bot.cli import main

main()
