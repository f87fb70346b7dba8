#!/usr/bin/env bash
# Makes the local cluster's passwords up, once, as files that its containers mount read-only.
#
# `argosy_store` is read by the services as their setting of that name, `postgres_password` by
# PostgreSQL, `grafana_password` by Grafana. They are readable by every user of those containers,
# because each runs under another uid, and by nobody outside of them.
set -euo pipefail

folder=/run/secrets

random_password() {
    head -c 24 /dev/urandom | base64 | tr '+/' '-_'
}

keep() { # name, content: written whole or not at all, and never changed
    test -s "$folder/$1" && return
    printf '%s' "$2" >"$folder/.$1"
    chmod 0444 "$folder/.$1"
    mv "$folder/.$1" "$folder/$1"
}

keep postgres_password "$(random_password)"
keep grafana_password "$(random_password)"
keep argosy_store "postgresql://argosy:$(cat "$folder/postgres_password")@postgres:5432/argosy"
