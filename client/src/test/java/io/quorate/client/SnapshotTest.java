package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.quorate.api.MaintenanceGrpc;
import io.quorate.api.SnapshotRequest;
import io.quorate.api.SnapshotResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotTest {
  /// Sends these pieces, and then ends or falls silent.
  private static final class Service extends MaintenanceGrpc.MaintenanceImplBase {
    private final List<byte[]> pieces;
    private final boolean ends;

    Service(boolean ends, byte[]... pieces) {
      this.ends = ends;
      this.pieces = List.of(pieces);
    }

    @Override
    public void snapshot(SnapshotRequest request, StreamObserver<SnapshotResponse> answers) {
      for (var piece : pieces) {
        answers.onNext(SnapshotResponse.newBuilder().setBlob(ByteString.copyFrom(piece)).build());
      }
      if (ends) {
        answers.onCompleted();
      }
    }
  }

  private static byte[] data() {
    var data = new byte[100_000];
    new Random(7).nextBytes(data);
    return data;
  }

  private static byte[] sum(byte[] data) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(data);
  }

  private static Snapshot take(QuorateClient client, ByteArrayOutputStream into)
      throws IOException {
    return client.maintenance().snapshot((piece, remaining) -> into.write(piece));
  }

  @Test
  void itIsWholeIfItsLastBytesAreTheSumOfTheOthersHoweverItWasCut() throws Exception {
    var data = data();
    var sum = sum(data);
    var into = new ByteArrayOutputStream();
    try (var fake =
        new Fake(
            new Service(
                true,
                Arrays.copyOfRange(data, 0, 10),
                new byte[0],
                Arrays.copyOfRange(data, 10, data.length),
                Arrays.copyOfRange(sum, 0, 5),
                Arrays.copyOfRange(sum, 5, 32)))) {
      assertThat(take(fake.client, into).bytes()).isEqualTo(100_032);
    }
    assertThat(Arrays.copyOf(into.toByteArray(), data.length)).isEqualTo(data);
  }

  @Test
  void oneBitMakesItWorthless() throws Exception {
    var sum = sum(data());
    var data = data();
    data[50_000] ^= 1;
    try (var fake = new Fake(new Service(true, data, sum))) {
      assertThatThrownBy(() -> take(fake.client, new ByteArrayOutputStream()))
          .isInstanceOf(QuorateException.class)
          .hasMessageContaining("did not come whole");
    }
  }

  @Test
  void anEndBeforeItsTimeMakesItWorthless() throws Exception {
    try (var fake = new Fake(new Service(true, data()))) {
      assertThatThrownBy(() -> take(fake.client, new ByteArrayOutputStream()))
          .hasMessageContaining("did not come whole");
    }
  }

  @Test
  void silenceIsNotWaitedForForEver() throws Exception {
    try (var fake = new Fake(new Service(false, data()))) {
      assertThatThrownBy(
              () -> take(fake.client.within(Duration.ofMillis(300)), new ByteArrayOutputStream()))
          .hasMessage("nothing came for 300 ms");
    }
  }
}
