package io.quorate.client;

/// What came of an operation of a transaction, in the type that belongs to it.
public sealed interface OperationResult permits PutResult, Found, DeleteResult, TransactionResult {}
