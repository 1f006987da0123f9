// Claims: checking 1,000 ordinary files by their text costs at most 1.5 × the CPU time of squawk, cold, within 120 MB;
// one small file takes at most 3 × squawk's npm command.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { median } from './timing.mjs';

const squawkVersion = '2.66.0';
const files = Number(process.argv[2] ?? 1000);
const rounds = Number(process.argv[3] ?? 5);
const main = resolve(import.meta.dirname, '../dist/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'check-speed-'));
const migrations = join(folder, 'migrations');

/** Five statements of the kinds that migrations are made of. */
function ordinaryFile(n) {
  const table = `accounts_${n}`;
  return [
    `CREATE TABLE ${table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), owner_id bigint);`,
    `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${table}_email_idx ON accounts_${Math.max(0, n - 1)} (lower(email));`,
    `ALTER TABLE accounts_${Math.max(0, n - 2)} ADD COLUMN IF NOT EXISTS note_${n} text;`,
    `ALTER TABLE ${table} ADD CONSTRAINT ${table}_owner FOREIGN KEY (owner_id) REFERENCES users (id) NOT VALID;`,
    `UPDATE accounts_${Math.max(0, n - 1)} SET email = lower(email) WHERE id BETWEEN 1 AND 1000;`,
  ].join('\n');
}

/** User and system time in milliseconds, wall time, and the largest memory, of a command and what it starts. */
function measure(command, args) {
  const timed = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%U %S %R"; time "$@" >/dev/null 2>/dev/null', 'bash', command, ...args],
    { encoding: 'utf8', cwd: folder },
  );
  const [user, system, wall] = timed.stderr
    .trim()
    .split('\n')
    .at(-1)
    .split(' ')
    .map((text) => Number(text) * 1000);
  return { cpu: user + system, wall };
}

/** The process tells its own largest memory. */
function memoryMb(args) {
  const report =
    'data:text/javascript,process.on("exit",()=>process.stderr.write("\\nmaxrss "+process.resourceUsage().maxRSS+"\\n"))';
  const { stderr } = spawnSync(process.execPath, ['--import', report, main, ...args], {
    encoding: 'utf8',
    cwd: folder,
    maxBuffer: 1 << 28,
  });
  return Number(/maxrss (\d+)/.exec(stderr)?.[1]) / 1024;
}

mkdirSync(migrations);
for (let n = 0; n < files; n++) {
  writeFileSync(join(migrations, `${String(n + 1).padStart(4, '0')}_step.sql`), `${ordinaryFile(n)}\n`);
}
const install = spawnSync('npm', [
  'install',
  '--silent',
  '--no-save',
  '--prefix',
  folder,
  `squawk-cli@${squawkVersion}`,
]);
if (install.status !== 0) throw new Error('squawk could not be installed from npm');
const squawk = join(folder, 'node_modules/.bin/squawk');
const paths = readdirSync(migrations).map((name) => join('migrations', name));
const check = [main, 'check', '--no-shadow', '--format', 'json'];

let holds = true;
try {
  const many = { squawk: [], lockkeeper: [] };
  const one = { squawk: [], lockkeeper: [] };
  for (let round = 0; round < rounds; round++) {
    many.squawk.push(measure(squawk, paths).cpu);
    many.lockkeeper.push(measure(process.execPath, [...check, 'migrations']).cpu);
    one.squawk.push(measure(squawk, [paths[0]]).wall);
    one.lockkeeper.push(measure(process.execPath, [...check, paths[0]]).wall);
  }
  compare(`${files} files, CPU`, many, 1.5);
  compare('one file, wall', one, 3);
  const memory = memoryMb(['check', '--no-shadow', '--format', 'json', 'migrations']);
  console.log(`largest memory: ${Math.round(memory)} MB; limit 120`);
  holds &&= memory <= 120;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(holds ? 'claims hold' : 'a claim fails');
process.exitCode = holds ? 0 : 1;

function compare(what, figures, limit) {
  const ratio = median(figures.lockkeeper) / median(figures.squawk);
  const words = (values) => `${Math.round(median(values))} ms (${values.map(Math.round).join(', ')})`;
  console.log(
    `${what}: squawk ${words(figures.squawk)}, lockkeeper ${words(figures.lockkeeper)}; ratio ${ratio.toFixed(2)}, limit ${limit}`,
  );
  holds &&= ratio <= limit;
}
