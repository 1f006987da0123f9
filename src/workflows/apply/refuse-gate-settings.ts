import { nearestWord } from '../../foundation/config/nearest-word.js';
import type { PolicyConfig } from '../../foundation/config/config.js';
import type { GatePage } from '../../model/gate-page.js';
import { policyError } from '../check/policy/policy-error.js';

type KnownGate = Pick<GatePage, 'id'> & { readonly settings?: GatePage['settings'] };

/**
 * A misspelt gate or setting would leave the usual limit in force without a word.
 * @throws ChangeSafetyError `config-invalid` for what `policy.gates` names and no gate has.
 */
export function refuseUnknownGateSettings(set: PolicyConfig['gates'], gates: readonly KnownGate[]): void {
  const ids = gates.map(({ id }) => id);
  for (const [id, settings] of Object.entries(set)) {
    const gate = gates.find((one) => one.id === id);
    if (gate === undefined) throw unknownKey(`policy.gates names ${id}, which is no gate.`, id, ids);
    if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
      throw policyError(
        `policy.gates.${id} is ${JSON.stringify(settings)}.`,
        'It has to be a mapping of its settings.',
      );
    }
    const names = (gate.settings ?? []).map(({ name }) => name);
    for (const name of Object.keys(settings)) {
      if (!names.includes(name)) throw unknownKey(`The gate ${id} has no setting ${name}.`, name, names);
    }
  }
}

function unknownKey(message: string, word: string, known: readonly string[]) {
  const near = nearestWord(word, known);
  const list = known.length === 0 ? 'It has none.' : `Known: ${known.join(', ')}.`;
  return policyError(message, near === null ? list : `Did you mean ${near}?`);
}
