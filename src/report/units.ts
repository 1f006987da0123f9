const groupSeparator = '\u202f';

/** Groups digits by thousands with a narrow no-break space: `1 234 567`. */
export function formatCount(count: number): string {
  const digits = String(Math.abs(Math.round(count))).replace(/\B(?=(\d{3})+$)/g, groupSeparator);
  return count < 0 && digits !== '0' ? `−${digits}` : digits;
}

/** A count with its noun: `1 row`, `2 rows`; irregular plurals are given. */
export function formatCounted(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** Milliseconds in the unit a person would choose: `0.4 ms`, `12 ms`, `1.24 s`, `2 min 5 s`, `1 h 3 min`. */
export function formatDuration(ms: number): string {
  if (ms <= 0) return '0 ms';
  if (ms < 0.1) return '<0.1 ms';
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const wholeSeconds = Math.round(seconds);
  if (wholeSeconds < 3600) return joinUnits([Math.floor(wholeSeconds / 60), 'min'], [wholeSeconds % 60, 's']);
  const minutes = Math.round(seconds / 60);
  return joinUnits([Math.floor(minutes / 60), 'h'], [minutes % 60, 'min']);
}

function joinUnits(large: readonly [number, string], small: readonly [number, string]): string {
  const head = `${formatCount(large[0])} ${large[1]}`;
  return small[0] === 0 ? head : `${head} ${small[0]} ${small[1]}`;
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes as PostgreSQL counts them (1 kB = 1024 B), with one decimal below 100 units. */
export function formatBytes(bytes: number): string {
  const sign = bytes < 0 ? '−' : '';
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 1023.5 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? String(Math.round(value)) : value.toFixed(1);
  return `${sign}${digits} ${byteUnits[unit]}`;
}

/** A change in size, its direction always shown: `+8.0 MB`, `−1.2 MB`, `0 B`. */
export function formatGrowth(bytes: number): string {
  return bytes > 0 ? `+${formatBytes(bytes)}` : formatBytes(bytes);
}
