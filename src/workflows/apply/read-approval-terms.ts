import type { PolicyConfig } from '../../foundation/config/config.js';
import type { ApprovalTerms } from '../../model/approval.js';
import { policyError } from '../check/policy/policy-error.js';

/** On these tiers a waiver has to be signed where the project says nothing else. */
const strictTiers = 2;

/** What `policy.roles` and `policy.limits` say of approvals, on a tier. @throws ChangeSafetyError `config-invalid`. */
export function readApprovalTerms({ roles, limits }: PolicyConfig, tier: number): ApprovalTerms {
  return {
    roles,
    severalRoles: flag(limits, 'severalRolesPerPerson') ?? false,
    approvalDays: positive(limits, 'approvalDays') ?? 14,
    waiverDays: positive(limits, 'waiverDays') ?? 14,
    breakGlassHours: positive(limits, 'breakGlassHours') ?? 4,
    reviewDays: positive(limits, 'reviewDays') ?? 7,
    signedConfirmations: flag(limits, 'signedConfirmations') ?? false,
    unsignedWaivers: flag(limits, 'unsignedWaivers') ?? tier >= strictTiers,
  };
}

function positive(limits: PolicyConfig['limits'], key: string): number | null {
  const value = limits[key];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw policyError(`policy.limits.${key} is ${JSON.stringify(value)}.`, 'It has to be a number above 0.');
}

function flag(limits: PolicyConfig['limits'], key: string): boolean | null {
  const value = limits[key];
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value;
  throw policyError(`policy.limits.${key} is ${JSON.stringify(value)}.`, 'It has to be true or false.');
}
