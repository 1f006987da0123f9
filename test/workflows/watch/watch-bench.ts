import type { ConnectionTarget } from '../../../src/foundation/postgres/connection-target.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import type { WatchEvent } from '../../../src/model/watch-report.js';
import { apply } from '../../../src/workflows/apply.js';
import { watch } from '../../../src/workflows/watch.js';
import { changeFor, type Folder, folderOf, urlOf } from '../target/target-bench.js';
import { type FakeApplication, startApplication } from './fake-application.js';

/** A database, an application that lives on it, and a project that changes it. */
export interface WatchBench extends AsyncDisposable {
  readonly cwd: string;
  readonly session: Session;
  readonly application: FakeApplication;
  readonly apply: () => ReturnType<typeof apply>;
  readonly watch: (wanted?: Partial<Parameters<typeof watch>[0]>) => ReturnType<typeof watch>;
  readonly events: WatchEvent[];
}

const times = '{ everyMs: 50, sustainMs: 600, integrityEveryMs: 100, baselineSamples: 2 }';

/** `more` stands in the target's configuration, as YAML, two levels deep. */
export async function openBench(
  target: ConnectionTarget,
  { files, more = '' }: { readonly files: Readonly<Record<string, string>>; readonly more?: string },
): Promise<WatchBench> {
  const application = await startApplication();
  const config = `targets:
  production:
    url: "${urlOf(target)}"
    tier: 2
    health: ${application.url}/health
    metrics:
      errorRate: { http: "${application.url}/metrics", path: errorRate }
      p95Ms: { http: "${application.url}/metrics", path: p95Ms }
    watch: ${times}
${more}`;
  const folder: Folder = await folderOf({ ...files, 'lockkeeper.yaml': config });
  const session = await connect(target, { applicationName: 'test' });
  const database = { database: null, target: 'production' };
  const events: WatchEvent[] = [];
  return {
    cwd: folder.path,
    session,
    application,
    events,
    apply: () => apply({ ...changeFor(folder.path, ''), database }),
    watch: (wanted = {}) =>
      watch({
        cwd: folder.path,
        env: process.env,
        clock: systemClock,
        signal: new AbortController().signal,
        onProgress: () => undefined,
        database,
        paths: [],
        forMs: 1_500,
        runId: null,
        autoRollback: false,
        onEvent: (event) => events.push(event),
        ...wanted,
      }),
    [Symbol.asyncDispose]: async () => {
      await session[Symbol.asyncDispose]();
      await application[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
