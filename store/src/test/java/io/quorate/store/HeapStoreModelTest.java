package io.quorate.store;

class HeapStoreModelTest extends StoreModelSuite {
  @Override
  protected Engines place() {
    return new HeapEngines();
  }

  @Override
  protected Engines crash(Engines place) {
    return place;
  }

  @Override
  protected int seeds() {
    return 60;
  }

  @Override
  protected int steps() {
    return 400;
  }
}
