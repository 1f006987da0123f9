import { runCommand } from '../../foundation/runtime/run-command.js';
import type { People } from '../../foundation/signatures/people.js';
import type { ChangeAuthors } from '../../model/approval.js';

export interface AuthorSearch {
  /** Absolute: folder of the migrations. */
  readonly dir: string;
  /** Relative to it. */
  readonly files: readonly string[];
  readonly people: People;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Everybody who wrote a commit that touches the files, renames followed, and whom such a commit names as co-author. What git
 * cannot tell is said, and nobody is guessed.
 */
export async function readAuthors(search: AuthorSearch): Promise<ChangeAuthors> {
  const problem = await findProblem(search);
  if (problem !== null) return unknownAuthors(problem);
  const emails = new Set<string>();
  for (const file of search.files) {
    const found = await authorsOf(search, file);
    if (typeof found === 'string') return unknownAuthors(found);
    if (found.length === 0) return unknownAuthors(`no commit has ${file}`);
    for (const email of found) emails.add(email);
  }
  const known = [...emails].toSorted();
  const { people } = search;
  return {
    problem: null,
    emails: known,
    people: [...new Set(known.flatMap((email) => people.ofName(email) ?? []))],
    unknown: known.filter((email) => people.ofName(email) === null),
  };
}

export function unknownAuthors(problem: string): ChangeAuthors {
  return { problem, emails: [], people: [], unknown: [] };
}

async function findProblem(search: AuthorSearch): Promise<string | null> {
  const shallow = await git(search, ['rev-parse', '--is-shallow-repository']);
  if (shallow.failure !== null) return shallow.failure;
  if (shallow.stdout.trim() === 'true') return 'the history of this clone is cut off (git fetch --unshallow)';
  const status = await git(search, ['status', '--porcelain', '-z', '--ignored', '-uall', '--', ...search.files]);
  if (status.failure !== null) return status.failure;
  const [first = ''] = status.stdout.split('\0');
  if (first === '') return null;
  return `${first.slice(3)} ${first.startsWith('??') || first.startsWith('!!') ? 'is not in git' : 'has changes that nobody committed'}`;
}

const record = '\u001e';

/** Mails, or what is wrong. */
async function authorsOf(search: AuthorSearch, file: string): Promise<readonly string[] | string> {
  const format = `--format=${record}%aE%n%(trailers:key=Co-authored-by,valueonly)`;
  const log = await git(search, ['log', '--follow', '--full-history', '--use-mailmap', format, '--', file]);
  if (log.failure !== null) return log.failure;
  const commits = log.stdout.split(record).slice(1);
  const lines = commits.map((commit) => commit.split('\n').filter((line) => line.trim() !== ''));
  const others = [...new Set(lines.flatMap((line) => line.slice(1)))].filter((line) => /<[^>]+>/.test(line));
  const mapped = others.length === 0 ? null : await git(search, ['check-mailmap', ...others]);
  if (mapped !== null && mapped.failure !== null) return mapped.failure;
  const coauthors = (mapped?.stdout ?? '').split('\n').flatMap((line) => /<([^>]+)>/.exec(line)?.[1] ?? []);
  return [...lines.map(([author = '']) => author), ...coauthors];
}

interface GitAnswer {
  readonly stdout: string;
  readonly failure: string | null;
}

/** Variables that would lead git to another repository than the one that the files are in. */
const misleading = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_NAMESPACE', 'GIT_OBJECT_DIRECTORY'];

/** Paths are given as they are, and commits as they were made: no patterns, and no replacements. */
async function git({ dir, env, signal }: AuthorSearch, args: readonly string[]): Promise<GitAnswer> {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !misleading.includes(name)));
  const options = ['--literal-pathspecs', '--no-replace-objects', '-c', 'core.quotePath=false'];
  const run = await runCommand('git', [...options, ...args], { cwd: dir, env: own, signal, timeoutMs: 60_000 });
  if (run.exitCode === 0) return { stdout: run.stdout, failure: null };
  const said = run.startError === null ? (run.stderr.trim().split('\n')[0] ?? '') : 'git is not installed';
  return { stdout: '', failure: said.includes('not a git repository') ? 'the files are in no git repository' : said };
}

/** Whether a file is as it was committed; null when it is not in the folder's repository at all, where git has no say. */
export async function isCommitted(
  path: string,
  search: Omit<AuthorSearch, 'files' | 'people'>,
): Promise<boolean | null> {
  const status = await git({ ...search, files: [], people: nobody }, [
    'status',
    '--porcelain',
    '--ignored',
    '--',
    path,
  ]);
  return status.failure === null ? status.stdout === '' : null;
}

const nobody: People = { ofKey: () => null, ofName: () => null };
