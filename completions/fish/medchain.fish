# fish completion for medchain: made by scripts/gen-completions, do not edit
complete -c medchain -f
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a status -d 'who am I, last anchor, checkpoint, witnesses, what needs attention'
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a inbox -d 'what waits for me: requests, answers to mine, notices'
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a help -d 'list of jobs, or a manual page'
complete -c medchain -n '__fish_seen_subcommand_from status' -l max-age -x -d 'status 1 if nothing was anchored for so long'
complete -c medchain -n '__fish_seen_subcommand_from status' -s l -l ledger -x -a '(__fish_complete_directories)' -d 'ledger directory'
complete -c medchain -n '__fish_seen_subcommand_from status' -s k -l key -x -a '(__fish_complete_directories)' -d 'your key directory; with only a .pub there, ssh-agent signs'
complete -c medchain -n '__fish_seen_subcommand_from status' -l vault -x -a '(__fish_complete_directories)' -d 'your private store'
complete -c medchain -n '__fish_seen_subcommand_from status' -l profile -x -d 'named set of defaults'
complete -c medchain -n '__fish_seen_subcommand_from status' -l config -r -F -d 'configuration file; \'none\' reads no file'
complete -c medchain -n '__fish_seen_subcommand_from status' -l format -x -a 'text json' -d 'output format'
complete -c medchain -n '__fish_seen_subcommand_from status' -l json -d 'the same as --format=json'
complete -c medchain -n '__fish_seen_subcommand_from status' -s o -l output -r -F -d 'write results to FILE'
complete -c medchain -n '__fish_seen_subcommand_from status' -l time -x -d 'time written into entries (default: now)'
complete -c medchain -n '__fish_seen_subcommand_from status' -s q -l quiet -d 'only errors'
complete -c medchain -n '__fish_seen_subcommand_from status' -s v -l verbose -d 'more detail; twice: debug'
complete -c medchain -n '__fish_seen_subcommand_from status' -l color -x -a 'auto always never' -d 'colour of messages'
complete -c medchain -n '__fish_seen_subcommand_from status' -s h -l help -d 'show this help and exit'
complete -c medchain -n '__fish_seen_subcommand_from status' -l version -d 'show the version and exit'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -l since -x -d 'answers since then (default: 30d before log time)'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -s l -l ledger -x -a '(__fish_complete_directories)' -d 'ledger directory'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -s k -l key -x -a '(__fish_complete_directories)' -d 'your key directory; with only a .pub there, ssh-agent signs'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -l vault -x -a '(__fish_complete_directories)' -d 'your private store'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -l packages -x -a '(__fish_complete_directories)' -d 'packages (default: LEDGER.packages)'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -l profile -x -d 'named set of defaults'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -l config -r -F -d 'configuration file; \'none\' reads no file'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -l format -x -a 'text json' -d 'output format'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -l json -d 'the same as --format=json'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -s o -l output -r -F -d 'write results to FILE'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -s q -l quiet -d 'only errors'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -s v -l verbose -d 'more detail; twice: debug'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -l color -x -a 'auto always never' -d 'colour of messages'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -s h -l help -d 'show this help and exit'
complete -c medchain -n '__fish_seen_subcommand_from inbox' -l version -d 'show the version and exit'
complete -c medchain -n '__fish_seen_subcommand_from help' -l profile -x -d 'named set of defaults'
complete -c medchain -n '__fish_seen_subcommand_from help' -l config -r -F -d 'configuration file; \'none\' reads no file'
complete -c medchain -n '__fish_seen_subcommand_from help' -s q -l quiet -d 'only errors'
complete -c medchain -n '__fish_seen_subcommand_from help' -s v -l verbose -d 'more detail; twice: debug'
complete -c medchain -n '__fish_seen_subcommand_from help' -l color -x -a 'auto always never' -d 'colour of messages'
complete -c medchain -n '__fish_seen_subcommand_from help' -s h -l help -d 'show this help and exit'
complete -c medchain -n '__fish_seen_subcommand_from help' -l version -d 'show the version and exit'
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a anchor -d medchain-anchor
complete -c medchain -n '__fish_seen_subcommand_from anchor' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a audit -d medchain-audit
complete -c medchain -n '__fish_seen_subcommand_from audit' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a grant -d medchain-grant
complete -c medchain -n '__fish_seen_subcommand_from grant' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a init -d medchain-init
complete -c medchain -n '__fish_seen_subcommand_from init' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a key -d medchain-key
complete -c medchain -n '__fish_seen_subcommand_from key' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a member -d medchain-member
complete -c medchain -n '__fish_seen_subcommand_from member' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a refer -d medchain-refer
complete -c medchain -n '__fish_seen_subcommand_from refer' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a rx -d medchain-rx
complete -c medchain -n '__fish_seen_subcommand_from rx' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a sync -d medchain-sync
complete -c medchain -n '__fish_seen_subcommand_from sync' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a vault -d medchain-vault
complete -c medchain -n '__fish_seen_subcommand_from vault' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
complete -c medchain -n 'not __fish_seen_subcommand_from status inbox help anchor audit grant init key member refer rx sync vault verify' -a verify -d medchain-verify
complete -c medchain -n '__fish_seen_subcommand_from verify' -a '(complete -C "medchain-"(commandline -cp | string replace -r "^\\S+\\s+" ""))'
