// The map wall: opens its source, and the page around it. It needs no input and is left alone for weeks.
import '../ui/base.css';
import { mount } from 'svelte';
import { boot } from '../live/boot.ts';
import { readOptions } from './follow.ts';
import { simulatedSource } from './source.ts';
import Wall from './Wall.svelte';
import WallPage from './WallPage.svelte';

const options = readOptions(location.search);
document.documentElement.lang = options.language;
const source = simulatedSource(options);
const target = document.getElementById('app');
if (source && target) mount(Wall, { target, props: { source, options } });
else void boot('wall', WallPage);
