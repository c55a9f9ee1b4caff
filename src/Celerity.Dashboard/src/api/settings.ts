/** Settings in force and what is wrong with them, and what all of it costs: /api/settings, /api/cost. */
import { read } from './http';

export interface AppSetting {
  key: string;
  value?: string | null;
  default?: string | null;
  isSet: boolean;
  text?: string | null;
}

export interface Finding {
  severity: string;
  text: string;
  fix?: string | null;
}

export interface Cost {
  currency: string;
  pricesOf: string;
  days: number;
  requests: number;
  requestsPerThousandTasks?: number | null;
  idleRequestsPerDay?: number | null;
  perMonth: { storage: number; total: number };
  byOperation: { service: string; operation: string; requests: number; perMonth: number }[];
  notes: string[];
}

export const getSettings = (stop?: AbortSignal) => read<{ settings: AppSetting[]; findings: Finding[] }>('settings', {}, stop);
export const getCost = (stop?: AbortSignal) => read<Cost>('cost', {}, stop);
