package io.quorate.bench.micro;

import com.google.protobuf.ByteString;
import io.quorate.api.PutRequest;
import io.quorate.consensus.BatchId;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Payload;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import io.quorate.replica.Commands;
import io.quorate.store.Command;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// The load: puts of 256 bytes, 64 to a batch.
final class Puts {
  static final int BATCH = 64;
  private static final int VALUE_BYTES = 256;

  private Puts() {}

  /// A put as a client sends it.
  static Bytes request(int key) {
    return Bytes.of(
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("key/%08d".formatted(key)))
            .setValue(ByteString.copyFrom(new byte[VALUE_BYTES]))
            .build()
            .toByteArray());
  }

  /// The commands of a batch.
  ///
  /// @param key which key has each of them
  static List<Bytes> commands(IntUnaryOperator key) {
    return IntStream.range(0, BATCH)
        .map(key)
        .mapToObj(each -> Command.of(Command.Type.PUT, request(each)).encode())
        .toList();
  }

  /// A batch in its place of the log.
  static Entry entry() {
    var id = new BatchId(new ReplicaId(0x1234_5678_9abc_def0L, 1), 3, 1_000_000);
    return new Entry(1_000_000, 7, new Payload.Batch(id, Commands.join(commands(key -> key))));
  }
}
