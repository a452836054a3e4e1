package io.quorate.store;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class HeapEngineTest extends EngineSuite {
  @Override
  protected Engines place() {
    return new HeapEngines();
  }

  @Override
  protected Engines crash(Engines place, Engine running) {
    return place;
  }

  @Test
  void anEngineOfAnEarlierLifeWritesNoMore() {
    var place = new HeapEngines();
    var crashed = place.open("1");
    place.open("1");

    assertThatExceptionOfType(EngineException.class).isThrownBy(crashed::flush);
    assertThatExceptionOfType(EngineException.class).isThrownBy(() -> crashed.write(new Batch()));
  }
}
