from orchestration.cli.app import main

main()
