/** What an operator asks first: what happened to the database? */
export type Effect = 'none' | 'rolled-back' | 'partial' | 'unknown';

export const errorCodes = [
  'usage',
  'config-invalid',
  'project-not-found',
  'project-invalid',
  'script-invalid',
  'binaries-missing',
  'server-start-failed',
  'stage-refused',
  'stage-build-failed',
  'connection-failed',
  'query-failed',
  'disk-full',
  'tool-missing',
  'command-failed',
  'interrupted',
  'output-failed',
  'ledger-refused',
  'lease-held',
  'lease-lost',
  'apply-refused',
  'traffic-remains',
  'restore-refused',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface ChangeSafetyErrorFields {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  readonly effect: Effect;
  readonly cause?: unknown;
  /** SQLSTATE of the server's error, where it was one. */
  readonly sqlState?: string | null;
}

/** An operational failure. Judgements are data, bugs stay ordinary exceptions. */
export class ChangeSafetyError extends Error {
  override readonly name = 'ChangeSafetyError';
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly effect: Effect;
  readonly sqlState: string | null;

  constructor(fields: ChangeSafetyErrorFields) {
    super(fields.message, { cause: fields.cause });
    this.code = fields.code;
    this.remedy = fields.remedy;
    this.effect = fields.effect;
    this.sqlState = fields.sqlState ?? null;
  }
}
