import { boot } from '../live/boot.ts';
import { light } from '../live/theme.svelte.ts';
import Terminal from './Terminal.svelte';

light.restore('dark');
void boot('terminal', Terminal);
