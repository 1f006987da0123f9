import { type ChildProcess, spawn } from 'node:child_process';
import { serverSpawnOptions } from './server-process.js';
import type { ServerUser } from './server-user.js';

/**
 * A shell that stands between this process and the server and outlives both. It copies the template, runs the
 * server, and when its standard input closes (because we asked, or because we died, even of SIGKILL) it ends the
 * server and removes the folders. `postgres` itself would not notice that its owner is gone.
 */
const script = `
template=$1 folder=$2 socket_dir=$3 postgres=$4
data=$folder/data
# template1: nothing reads it while a server starts.
later=$template/base/1
not_copied='its data directory could not be copied'
umask 077
exec 3<&0 </dev/null 2>>"$folder/server.log"

remove() { rm -rf "$folder" "$socket_dir" || { sleep 0.2; rm -rf "$folder" "$socket_dir"; }; }
tell() { (echo "$1"); }
until_owner_goes() { while read -r _ <&3; do :; done; }

copy() { cp ${process.platform === 'darwin' ? '-cpR' : '-PR'} "$@"; }

# Each database by a process of its own.
copy_template() {
  mkdir "$data" "$data/base" || return
  copies=
  for part in "$template"/base/*; do
    [ "$part" = "$later" ] && continue
    copy "$part" "$data/base/" &
    copies="$copies $!"
  done
  copied=true
  copy "$template"/[!b]* "$data/" || copied=false
  for copy in $copies; do wait $copy || copied=false; done
  $copied
}

complete() {
  if trouble=$(copy "$later" "$data/base/" 2>&1)
  then tell whole
  else tell "$not_copied: $trouble"
  fi
}

prepare() {
  copy_template &&
    cat "$folder/settings.conf" >>"$data/postgresql.conf" &&
    { [ ! -e "$folder/standby.signal" ] || cp "$folder/standby.signal" "$data/"; }
}

# Told, not logged: the log is on the disk that may be full.
if trouble=$(prepare 2>&1)
then
  "$postgres" -D "$data" >>"$folder/server.log" 3<&- &
  server=$!
  complete 3<&- &
  completion=$!
  (
    until_owner_goes
    tries=0
    # More than once: a server that has only just begun ignores it still, as the background of a shell does.
    while kill -QUIT $server && [ $tries -lt 30 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -KILL $server
  ) >/dev/null 2>&1 &
  watcher=$!
  wait $server
  code=$?
  kill $watcher 2>/dev/null
  wait $completion
  tell "ended $code"
else
  tell "$not_copied: $trouble"
fi
until_owner_goes
remove
`;

export interface SupervisedServer {
  /** Resolves once all of the template is there, which the server does not wait for; false when it ended before. */
  readonly whole: Promise<boolean>;
  /** Resolves with a word about how the server ended, be it by itself or because it was asked to. */
  readonly ended: Promise<string>;
  /** True as soon as the server has ended. */
  hasEnded(): boolean;
  /** Ends the server at once, removes its folders, and waits for both. */
  stop(): Promise<void>;
}

export interface SupervisorRequest {
  readonly template: string;
  readonly folder: string;
  readonly socketDir: string;
  readonly postgres: string;
  readonly user: ServerUser;
}

/** After this long the supervisor itself is taken for stuck. */
const longestStopMs = 8_000;

export function superviseServer(request: SupervisorRequest): SupervisedServer {
  const args = [request.template, request.folder, request.socketDir, request.postgres];
  const child = spawn('/bin/sh', ['-c', script, 'lockkeeper-supervisor', ...args], {
    ...serverSpawnOptions(request.user),
    // A session of its own: Ctrl-C on the terminal is for us; we end the server in our own order.
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let isOver = false;
  let becomeWhole: (is: boolean) => void = () => undefined;
  const whole = new Promise<boolean>((resolve) => {
    becomeWhole = resolve;
  });
  const ended = new Promise<string>((resolve) => {
    const end = (word: string) => {
      isOver = true;
      becomeWhole(false);
      resolve(word);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const news = text.replace(/^whole\n/, () => (becomeWhole(true), ''));
      if (news !== '') end(news.trim());
    });
    child.on('error', (error) => end(error.message));
    child.on('exit', (code) => end(`supervisor ended with ${code}`));
  });
  child.stdin.on('error', () => undefined);
  letProcessEnd(child, whole);
  return { whole, ended, hasEnded: () => isOver, stop: () => stopSupervisor(child) };
}

/**
 * A cluster that nobody stopped must not keep the process alive: its end is what stops the cluster. Until it is whole,
 * somebody may wait for that, and for nothing else.
 */
function letProcessEnd(child: ChildProcess, whole: Promise<boolean>): void {
  const unref = (stream: unknown) => (stream as { unref?: () => void } | null)?.unref?.();
  child.unref();
  unref(child.stdin);
  void whole.then(() => unref(child.stdout));
}

function stopSupervisor(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  const { pid } = child;
  return new Promise((resolve) => {
    const timer = setTimeout(() => process.kill(-pid, 'SIGKILL'), longestStopMs);
    child.ref();
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.stdin?.end();
  });
}
