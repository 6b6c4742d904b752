import { mount } from 'svelte';
import '../ui/base.css';
import { installWorker } from '../live/offline.ts';
import { light } from '../live/theme.svelte.ts';
import Start from './Start.svelte';

light.restore('dark');
void installWorker();
const target = document.getElementById('app');
if (target) mount(Start, { target });
