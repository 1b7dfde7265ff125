# For every interactive bash that is no login shell.
PS1='\u@\h:\w\$ '
alias ll='ls -l'
