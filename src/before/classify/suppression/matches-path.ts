/** Whether a path fits a glob: `*` within a folder, `**` across folders, `?` one character; a bare folder covers all in it. */
export function matchesPath(path: string, glob: string): boolean {
  const pattern = glob
    .split(/(\*\*\/?|\*|\?)/)
    .map(translate)
    .join('');
  return new RegExp(`^${pattern}${/[*?]|\.[a-z]+$/.test(glob) ? '' : '(?:/.*)?'}$`).test(path);
}

function translate(part: string): string {
  if (part === '**/') return '(?:.*/)?';
  if (part === '**') return '.*';
  if (part === '*') return '[^/]*';
  if (part === '?') return '[^/]';
  return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
