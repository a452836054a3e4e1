package io.quorate.cli;

import io.quorate.client.ByteSequence;
import io.quorate.client.Put;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What is to be put; also within a transaction.
final class PutOptions {
  @Parameters(index = "0", paramLabel = "KEY")
  String key = "";

  @Parameters(index = "1", paramLabel = "VALUE")
  String value = "";

  @Option(
      names = "--lease",
      paramLabel = "ID",
      converter = LeaseId.class,
      description = "Attach the key to this lease (hexadecimal); else it is attached to none.")
  long lease;

  @Option(names = "--prev-kv", description = "Tell what stood there before.")
  boolean previous;

  Put operation() {
    return Put.of(ByteSequence.of(key), ByteSequence.of(value)).lease(lease).previous(previous);
  }
}
