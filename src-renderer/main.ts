import '@fontsource-variable/inter'
import '@fontsource/jetbrains-mono/400.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import { mount } from 'svelte'
import App from './App.svelte'
import { call, onNews } from './bridge.ts'
import { openDesk } from './desk.svelte.ts'
import { takeOpenedImages } from './image/take-opened-images.svelte.ts'
import { followSettings } from './settings/follow-settings.svelte.ts'
import { settings } from './settings/settings.svelte.ts'
import { update } from './updates/update.svelte.ts'

const bridge = { call, onNews }
await settings.open(bridge)
const desk = await openDesk(call, onNews)
await followSettings(desk, call)
takeOpenedImages(desk, bridge)
void update.open(bridge)
mount(App, { target: document.querySelector('#app')!, props: { desk } })
