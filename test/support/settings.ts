import type { Settings } from '../../src/api/settings.js';
import { readSettings } from '../../src/cli/operator/read-settings.js';

/** The settings of an operator that sets only the image. */
export const defaultSettings: Settings = readSettings({}, {}, 'dynamoctl:test').decisions;

export const settingsWith = (changes: Partial<Settings>): Settings => ({ ...defaultSettings, ...changes });
