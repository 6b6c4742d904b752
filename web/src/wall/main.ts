// The map wall: opens its source, and the page around it. It needs no input and is left alone for weeks.
import '../ui/base.css';
import { mount } from 'svelte';
import { readOptions } from './follow.ts';
import { openWallSource } from './source.ts';
import Wall from './Wall.svelte';

const options = readOptions(location.search);
document.documentElement.lang = options.language;
const target = document.getElementById('app');
if (!target) throw new Error('the page has no place for the wall');
mount(Wall, { target, props: { source: openWallSource(options), options } });
