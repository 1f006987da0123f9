/** Settings on which the text of definitions hangs. An empty search path makes every name qualified. */
const settings: Readonly<Record<string, string>> = {
  search_path: '',
  quote_all_identifiers: 'off',
  standard_conforming_strings: 'on',
  extra_float_digits: '3',
  bytea_output: 'hex',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  lc_monetary: 'C',
  lc_numeric: 'C',
  xmlbinary: 'base64',
  xmloption: 'content',
  // The query is large and its costs are guesses: compiling it would take longer than running it.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  // Planning it takes longer than running it on a small schema.
  plan_cache_mode: 'force_generic_plan',
};

/** Pins them to the end of the transaction or savepoint. */
export const pinSettingsSql = `SELECT ${Object.entries(settings)
  .map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`)
  .join(', ')}`;
