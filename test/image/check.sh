#!/usr/bin/env bash
# Builds the image of service/Dockerfile from Debian's and npm's packages alone, and starts it as ECS does: as nobody in
# particular, on a root that cannot be written. Needs root, mounts, and Debian's packages, of which it installs what it
# lacks. Ends with 75 where this machine does not give it these.
set -euo pipefail
cd "$(dirname "$0")/../.."

cannot() {
  echo "The image cannot be built on this machine: $*"
  exit 75
}

# The major version that the service runs on.
node_version=$(sed -n 's/^FROM node:\([0-9]*\)\..*/\1/p' service/Dockerfile)
# Without a daemon, and without what a sandbox may forbid: overlays, and namespaces for each command.
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot

if [ "$(id -u)" -ne 0 ]; then cannot 'it takes root to make a root of its own'; fi
if ! command -v buildah >/dev/null || ! command -v debootstrap >/dev/null; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends buildah debootstrap >/dev/null ||
    cannot 'buildah and debootstrap are not there, and Debian does not give them'
fi
# What a Node.js of these tests' own stores stays out of the one that starts below.
unset NODE_OPTIONS

scratch=$(mktemp -d)
built='' mounted='' service=''
tidy() {
  if [ -n "$service" ]; then kill "$service" 2>/dev/null || true; fi
  if [ -n "$mounted" ]; then umount "$scratch/root" || true; fi
  if [ -n "$built" ]; then buildah rm "$built" >/dev/null; fi
  buildah rmi localhost/tollgate localhost/tollgate-base >/dev/null 2>&1 || true
  rm -rf "$scratch"
}
trap tidy EXIT

mkdir "$scratch/root"
mount --bind "$scratch/root" "$scratch/root" && umount "$scratch/root" || cannot 'nothing can be mounted here'

echo "A base of Debian's bookworm with Node.js $node_version of npm's"
debootstrap --variant=minbase bookworm "$scratch/base" >"$scratch/debootstrap" || {
  tail -5 "$scratch/debootstrap"
  cannot 'Debian gives no base'
}
case $(uname -m) in aarch64) machine=arm64 ;; *) machine=x64 ;; esac
# By name and as archives: an install would run scripts, which download.
for package in "node-linux-$machine@$node_version" npm@11; do
  archive=$(cd "$scratch" && npm pack --silent "$package" | tail -1)
  mkdir -p "$scratch/$package"
  tar -xzf "$scratch/$archive" -C "$scratch/$package" --strip-components=1
done
install "$scratch/node-linux-$machine@$node_version/bin/node" "$scratch/base/usr/local/bin/node"
mkdir -p "$scratch/base/usr/local/lib/node_modules"
mv "$scratch/npm@11" "$scratch/base/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$scratch/base/usr/local/bin/npm"
rm -rf "$scratch/base"/var/cache/apt/* "$scratch/base"/var/lib/apt/lists/*
base=$(buildah from scratch)
# As npm is set up here, wherever its registry is reached by way of something else; none of it stays in the image.
mounts=()
npmrc=$(npm config get globalconfig)
if [ -f "$npmrc" ]; then mounts+=(-v "$npmrc:/usr/local/etc/npmrc:ro"); fi
if [ -f "$HOME/.npmrc" ]; then mounts+=(-v "$HOME/.npmrc:/root/.npmrc:ro"); fi
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
  mounts+=(-v "$NODE_EXTRA_CA_CERTS:$NODE_EXTRA_CA_CERTS:ro")
  buildah config --env "NODE_EXTRA_CA_CERTS=$NODE_EXTRA_CA_CERTS" "$base"
fi
buildah add -q "$base" "$scratch/base" / >/dev/null
buildah run "$base" true || cannot 'buildah runs nothing here'
buildah commit -q --rm "$base" tollgate-base >/dev/null
rm -rf "$scratch/base"

echo 'The image on it'
buildah build -q "${mounts[@]}" --build-arg BASE=localhost/tollgate-base -f service/Dockerfile -t tollgate . >/dev/null
built=$(buildah from localhost/tollgate)
root=$(buildah mount "$built")
echo "$(du -sm "$root" | cut -f1) MiB, of which $(du -sm "$root/app" | cut -f1) MiB are ours;" \
  "$(chroot "$root" dpkg-query -f '.\n' -W | wc -l) packages of Debian's," \
  "$(grep -c '^    "node_modules/' "$root/app/node_modules/.package-lock.json") of npm's"

mount --bind "$root" "$scratch/root"
mounted=yes
mount -o remount,ro,bind "$scratch/root"
if chroot --userspec=1000:1000 "$scratch/root" sh -c 'id -u && echo >/app/written' 2>/dev/null | grep -qx 0 ||
  [ -e "$root/app/written" ]; then
  echo 'It runs as root, or could write to its root.'
  exit 1
fi

# One that is free now: another check may run beside this one.
port=$(node -e "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })")
variables=(
  NODE_ENV=production HOST=127.0.0.1 "PORT=$port" NODE_EXTRA_CA_CERTS=/etc/rds/rds.pem PATH=/usr/local/bin:/usr/bin:/bin
  DATABASE_URL=postgres://nobody:nothing@127.0.0.1:1/none STRIPE_SECRET_KEY=sk_test_image
  STRIPE_WEBHOOK_SECRET=whsec_image JWT_ACCESS_TOKEN_SECRET=0123456789abcdef0123456789abcdef
)
read -ra command <<<"$(buildah inspect --format '{{range .OCIv1.Config.Cmd}}{{.}} {{end}}' "$built")"
user=$(buildah inspect --format '{{.OCIv1.Config.User}}' "$built")
began=$(date +%s%3N)
(cd "$scratch/root" && exec chroot --userspec="$user" "$scratch/root" env -i "${variables[@]}" sh -c 'cd /app && exec "$@"' - "${command[@]}") \
  >"$scratch/log" 2>&1 &
service=$!
for _ in $(seq 500); do
  if curl -fsS "http://127.0.0.1:$port/health" >/dev/null 2>&1; then
    echo "As $user, on a root that cannot be written: /health answers 200 after $(($(date +%s%3N) - began)) ms"
    # Signed, and no event: what reads it checks by TypeBox, whose files the image has joined.
    body='{"id":"evt_1","type":"ping"}' now=$(date +%s)
    signature=$(printf '%s.%s' "$now" "$body" | openssl dgst -sha256 -hmac whsec_image | sed 's/.* //')
    answer=$(curl -sS -H 'content-type: application/json' -H "stripe-signature: t=$now,v1=$signature" -d "$body" \
      "http://127.0.0.1:$port/webhooks/stripe")
    if ! grep -q stripe_event_malformed <<<"$answer"; then
      echo "A signed body that is no event is answered with $answer"
      exit 1
    fi
    kill -TERM "$service"
    wait "$service" || true
    service=''
    exit 0
  fi
  if ! kill -0 "$service" 2>/dev/null; then break; fi
  sleep 0.02
done
echo 'The service does not come to answer:'
cat "$scratch/log"
exit 1
