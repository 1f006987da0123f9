import type { ServerFacts } from '../../model/rehearsal.js';
import type { Watchtower } from '../observers/observe-session.js';
import type { Session } from '../postgres/session.js';
import type { ConnectionTarget } from '../postgres/connection-target.js';

/** A disposable database on which a change can be tried; it is gone when the stage is disposed. */
export interface Stage extends AsyncDisposable {
  readonly server: ServerFacts;
  /** The stage's database, as its superuser. */
  readonly target: ConnectionTarget;
  connect(purpose: string): Promise<Session>;
  /** A session whose work is counted: for the change itself. With a role, it can do what that role can. */
  connectObserved(role: string | null): Promise<Session>;
  /** Null when the stage has none. */
  readonly connectStandby: (() => Promise<Session>) | null;
  readonly tower: Watchtower;
  /** A superuser's session in another database of the same server; null on a database that was brought. */
  readonly maintenance: Session | null;
  /** Ends everything that runs on it at once: what waits for an answer fails. */
  interrupt(): Promise<void>;
}
