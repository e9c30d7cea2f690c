"""What happens, one chunk of customers at a time: leads, customers' lives, documents, service, the ledger."""
