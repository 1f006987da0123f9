import type { ConfirmableItem } from '../../../model/confirmation.js';
import type { StepFinding } from '../../../model/controls.js';
import type { ChangeFacts } from '../change-facts.js';
import { confirmedBy } from '../confirmed-by.js';
import { type ConfirmableId, confirmableItem } from '../confirmable-items.js';
import { defineStep, type EvidenceStep } from './step.js';

/** What a person said last of an item; `ask` while nobody did. */
export function judgeConfirmation(facts: ChangeFacts, { id, role }: ConfirmableItem): StepFinding {
  const said = facts.confirmations.findLast(({ body }) => body.item === id);
  if (said === undefined) return { state: 'ask', by: role, at: null, figures: null, record: null };
  const { state, note, at } = said.body;
  const { words, problem } = confirmedBy(said.body);
  return {
    state: problem !== null ? 'failed' : state === 'done' ? 'done' : 'not applicable',
    by: words,
    at,
    figures: problem ?? note,
    record: said.digest,
  };
}

/** What to run to confirm an item. */
export function confirmCommand({ changeDigest }: ChangeFacts, { id, role, note }: ConfirmableItem): string {
  const about = note === null ? '' : ` --note "${note}"`;
  return `lockkeeper confirm ${id} --change ${changeDigest.slice(0, 12)} --role "${role}"${about}`;
}

/** A step that no record of a machine shows. */
export function byPerson(id: ConfirmableId): EvidenceStep {
  const item = confirmableItem(id);
  return defineStep({
    id,
    title: item.title,
    phase: item.phase,
    remedy: `\`lockkeeper confirm ${id}\` (${item.role})`,
    judge: (facts) => judgeConfirmation(facts, item),
  });
}
