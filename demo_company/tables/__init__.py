"""What the databases hold on a given day: simulated events become rows as each system shows them."""
