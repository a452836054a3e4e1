package io.quorate.client;

/// What a transaction can do.
public sealed interface Operation permits Put, Query, Delete, Transaction {}
