/** Alerts and silences: /api/alerts. */
import { apiPath } from '../text/address';
import { change, read } from './http';
import type { Note } from './note';

export interface Alert {
  rule: string;
  subject: string;
  state: string;
  isSilenced: boolean;
  severity: string;
  value?: number | null;
  threshold?: number | null;
  unit?: string | null;
  since: string;
  text: string;
}

export interface AlertRule {
  name: string;
  kind: string;
  threshold?: number | null;
  forMinutes: number;
  severity: string;
  isEnabled: boolean;
  text: string;
}

export interface Silence {
  id: string;
  rule?: string | null;
  subject?: string | null;
  until: string;
  who: string;
  why: string;
}

export const listAlerts = (stop?: AbortSignal) => read<{ at?: string; alerts: Alert[]; rules: AlertRule[]; silences: Silence[] }>('alerts', {}, stop);
export const silence = (body: Note & { rule?: string; subject?: string; minutes: number }) => change<Silence>('POST', 'alert-silences', body);
export const endSilence = (id: string) => change('DELETE', `alert-silences/${apiPath(id)}`);
