import { call, onNews, pathOf } from './bridge.ts'
import '@fontsource-variable/inter'
import '@fontsource/jetbrains-mono/400.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import { mount } from 'svelte'
import App from './app/App.svelte'
import { openAppState } from './tabs/app-state.svelte.ts'
import { takeOpenedImages } from './app/take-opened-images.svelte.ts'
import { followSettings } from './tabs/follow-settings.svelte.ts'

const bridge = { call, onNews }
const app = openAppState(bridge)
mount(App, { target: document.querySelector('#app')!, props: { app, pathOf } })

// The host answers once the window is ready to be shown.
const begun = await call('open', {})
// The host logs the reason. The page cannot show it without its initial state.
if (!begun.ok) throw new Error(begun.failure.title)
app.begin(begun.value)
followSettings(app)
takeOpenedImages(app, bridge)
void call('listen', {})
void app.update.begin()
