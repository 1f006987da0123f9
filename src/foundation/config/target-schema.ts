import { z } from 'zod';
import {
  type HealthProbe,
  type HookSettings,
  type MaintenanceWindow,
  type MetricProbe,
  type NotificationTarget,
  type TenantSettings,
  weekdays,
} from '../../model/target-settings.js';

const text = z.string().min(1);
const headers = z.record(z.string(), z.string()).default({}).describe('HTTP headers that go with the request.');
const timeoutMs = (ms: number) => z.int().min(1).max(86_400_000).default(ms).describe('Milliseconds.');
const figure = z.number().nullable().default(null);
const url = z.url({ protocol: /^https?$/, error: 'expected an http or https URL' });

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'expected HH:MM');
const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?$/, 'expected 2026-12-20 or 2026-12-20T18:00')
  .refine((value) => !Number.isNaN(Date.parse(value)), 'there is no such date');

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const freeze = z.strictObject({ from: moment, to: moment, reason: text });

export const windowSchema: z.ZodType<MaintenanceWindow | null> = z
  .strictObject({
    days: z
      .array(z.enum(weekdays))
      .min(1)
      .default([...weekdays])
      .describe('Days on which the window opens.'),
    from: clockTime.nullable().default(null).describe('HH:MM in the time zone.'),
    to: clockTime.nullable().default(null).describe('HH:MM; not later than from: on the next day.'),
    timezone: z.string().refine(isTimezone, 'there is no such time zone').default('UTC').describe('IANA name.'),
    freezes: z.array(freeze).default([]).describe('Times in which nothing is changed.'),
  })
  .refine(({ from, to }) => (from === null) === (to === null), 'from and to go together')
  .nullable()
  .default(null)
  .describe('When changes may run.');

const known = { limit: figure, typical: figure, peak: figure, timeoutMs: timeoutMs(5_000) };

const httpMetric = z
  .strictObject({ http: url, path: text.nullable().default(null), headers, ...known })
  .transform(({ http, path, headers: sent, ...rest }): MetricProbe => {
    return { ...rest, source: { kind: 'http', url: http, path, headers: sent } };
  });
const prometheusMetric = z
  .strictObject({ prometheus: url, query: text, headers, ...known })
  .transform(({ prometheus, query, headers: sent, ...rest }): MetricProbe => {
    return { ...rest, source: { kind: 'prometheus', url: prometheus, query, headers: sent } };
  });
const sqlMetric = z.strictObject({ sql: text, ...known }).transform(({ sql, ...rest }): MetricProbe => {
  return { ...rest, source: { kind: 'sql', query: sql } };
});

export const metricsSchema: z.ZodType<Readonly<Record<string, MetricProbe>>> = z
  .record(z.string(), z.union([httpMetric, prometheusMetric, sqlMetric]))
  .default({})
  .describe('Figures of the system: errorRate, p95Ms, p99Ms, and any other, with what is known of them.');

const healthObject = z.strictObject({
  url,
  status: z.int().min(100).max(599).default(200),
  body: text.nullable().default(null).describe('A text that the answer has to contain.'),
  timeoutMs: timeoutMs(5_000),
  headers,
});

export const healthSchema: z.ZodType<HealthProbe | null> = z
  .union([url.transform((only) => healthObject.parse({ url: only })), healthObject])
  .nullable()
  .default(null)
  .describe('How the application says that it is well.');

const commandObject = z.strictObject({ command: text, timeoutMs: timeoutMs(60_000) });
const hook = z
  .union([text.transform((command) => commandObject.parse({ command })), commandObject])
  .nullable()
  .default(null);

const drain = z
  .strictObject({
    application: text.nullable().default(null).describe('Its application_name.'),
    user: text.nullable().default(null).describe('The role it logs in as.'),
    timeoutMs: timeoutMs(60_000),
  })
  .refine(({ application, user }) => application !== null || user !== null, 'name an application or a user');

const notification: z.ZodType<NotificationTarget> = z.union([
  z
    .strictObject({ url, headers, timeoutMs: timeoutMs(5_000) })
    .transform((target) => ({ kind: 'webhook' as const, ...target })),
  z
    .strictObject({ command: text, timeoutMs: timeoutMs(10_000) })
    .transform((target) => ({ kind: 'command' as const, ...target })),
]);

export const hooksSchema: z.ZodType<HookSettings> = z
  .strictObject({
    maintenanceOn: hook,
    maintenanceOff: hook,
    readOnlyOn: hook,
    readOnlyOff: hook,
    pauseJobs: hook,
    resumeJobs: hook,
    trafficBack: hook.describe('Brings the former version of the application back: kubectl rollout undo, say.'),
    drain: drain.nullable().default(null).describe('Whose connections have to be gone before anything is changed.'),
    notify: z.array(notification).default([]).describe('Who is told of start, abort and end.'),
  })
  .prefault({})
  .describe('Commands around a change.');

export const tenantsSchema: z.ZodType<TenantSettings | null> = z
  .strictObject({
    kind: z.enum(['schema', 'database']),
    names: z.array(text).min(1).nullable().default(null),
    query: text.nullable().default(null).describe('Returns the names, one a row.'),
    searchPath: z
      .array(text)
      .default(['public'])
      .describe('Of tenants that are schemas: what is looked through for a name behind the tenant’s own.'),
  })
  .refine(({ names, query }) => (names === null) !== (query === null), 'give names or a query')
  .nullable()
  .default(null)
  .describe('Schemas or databases that all get the same change.');

/** Who takes the risk of a gate, on which target, why, and until when. */
export const waiverSchema = z
  .strictObject({
    gate: text,
    target: text,
    by: text.describe('The person who takes the risk.'),
    reason: text,
    grantedAt: moment,
    expiresAt: moment,
  })
  .refine(({ grantedAt, expiresAt }) => Date.parse(grantedAt) < Date.parse(expiresAt), 'it ends before it begins');
