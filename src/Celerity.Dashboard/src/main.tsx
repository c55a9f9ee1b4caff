import { render } from 'preact';
import { App } from './app/App';
import { show } from './app/theme';
import './styles/tokens.css';
import './styles/layout.css';
import './styles/controls.css';
import './styles/drawings.css';
import './styles/figures.css';
import './styles/tables.css';

show();
render(<App />, document.getElementById('app')!);
