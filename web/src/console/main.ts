import { boot } from '../live/boot.ts';
import { light } from '../live/theme.svelte.ts';
import Console from './Console.svelte';

light.restore('dark');
void boot('console', Console);
