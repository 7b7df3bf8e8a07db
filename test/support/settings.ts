import type { Settings } from '../../src/api/settings.js';
import { readSettings } from '../../src/cli/operator/read-settings.js';

/** What an operator without any setting of its own decides with, but for the image. */
export const defaultSettings: Settings = readSettings({}, {}, 'dynamoctl:test').decisions;

export const settingsWith = (changes: Partial<Settings>): Settings => ({ ...defaultSettings, ...changes });
