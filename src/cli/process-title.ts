/** What a list of processes shows of this one: the verb alone, for arguments may hold connection strings with passwords. */
export function processTitle(args: readonly string[]): string {
  const [verb = ''] = args;
  return /^[a-z]+$/.test(verb) ? `lockkeeper ${verb}` : 'lockkeeper';
}
