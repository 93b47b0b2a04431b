#!/bin/sh
# click2call as FastCGI without systemd: for a container's entry point, runit or s6. It stays in
# the foreground (-n), and whatever runs it has to start it again when it fails.
#
#   -u, -g  whom it runs as: a user of its own (adduser --system --group click2call) that can read
#           /etc/click2call/click2call.toml, and that the web server is not
#   -M, -G  the socket: only the web server's group may reach it
#
# Two directories have to exist, the socket's and the journal's:
#   install -d -o click2call -g www-data -m 0750 /run/click2call
#   install -d -o click2call -g click2call -m 0750 /var/lib/click2call
#
# A click frees more small pieces of memory at once than malloc keeps at hand (7 of each size by
# default), and putting them away takes a twelfth of its instructions.
export GLIBC_TUNABLES=glibc.malloc.tcache_count=32
exec spawn-fcgi -n -s /run/click2call/click2call.sock -M 0660 -U click2call -G www-data -u click2call -g click2call -- /usr/bin/click2call
