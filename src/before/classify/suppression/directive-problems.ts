import type { RuleFinding } from '../../../model/classification.js';
import { fingerprintOf } from '../fingerprint.js';
import type { NamedDirective } from './name-rules.js';

/** What is wrong with comments that want to silence something. */
export function directiveProblems(
  directives: readonly NamedDirective[],
  used: ReadonlySet<NamedDirective>,
  path: string,
): readonly RuleFinding[] {
  return directives.flatMap((directive) => {
    const { dialect, names, unknown, reason } = directive;
    const said = names.length === 0 ? dialect : names.join(', ');
    if (reason === null) {
      return [problem(directive, path, `The comment allows ${said} without a reason, so it allows nothing.`)];
    }
    if (unknown.length > 0) {
      return [
        problem(directive, path, `The comment names ${unknown.join(', ')}, which is no known rule of ${dialect}.`),
      ];
    }
    return used.has(directive) ? [] : [problem(directive, path, `Nothing here needs the comment that allows ${said}.`)];
  });
}

function problem({ line, dialect }: NamedDirective, path: string, message: string): RuleFinding {
  return {
    id: 'suppression',
    title: 'A suppression that does not do what it seems to',
    concern: 'style',
    certainty: 'certain',
    severity: dialect === 'lockkeeper' ? 'warning' : 'info',
    message,
    remedy: 'Write “lockkeeper: allow RULE because REASON” before the statement, or remove the comment.',
    path,
    line,
    column: 1,
    endLine: line,
    relation: null,
    instead: null,
    gradedDown: null,
    fingerprint: fingerprintOf('suppression', path, message),
  };
}
