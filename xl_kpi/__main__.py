"""``python -m xl_kpi``: the command line where no folder of the search path has ``xl-kpi``."""

from xl_kpi.cli.app import main

if __name__ == "__main__":
    main()
