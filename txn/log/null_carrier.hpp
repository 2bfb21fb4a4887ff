// Carriers for measuring: one that keeps nothing, and one that makes another slower.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "txn/log/carrier.hpp"

namespace tickweir::txn::log {

/// Calls every batch durable and forgets it.
class NullCarrier final : public Carrier {
public:
    explicit NullCarrier(std::size_t batch_bytes_max = std::size_t{256} << 10, Lsn durable = {})
        : batch_bytes_max_(batch_bytes_max), durable_(durable) {}

    std::size_t batch_bytes_max() const override { return batch_bytes_max_; }
    bool accepts() const override { return true; }
    io::Result<void> append(BatchBuffer& batch, TimeNs) override {
        durable_ = before(batch.next());
        return {};
    }
    io::Result<void> turn(TimeNs) override { return {}; }
    std::optional<TimeNs> due() const override { return std::nullopt; }
    io::Result<void> close(TimeNs) override { return {}; }
    Lsn durable() const override { return durable_; }
    Room room() const override { return Room::plenty; }
    void trim(Lsn) override {}
    std::unique_ptr<RecordSource> read_from(Lsn, Lsn) override {
        return std::make_unique<Nothing>();
    }

private:
    class Nothing final : public RecordSource {
    public:
        ReadOutcome next(RecordView&) override { return ReadOutcome::end; }
        void extend(Lsn) override {}
        const Finding& finding() const override { return finding_; }

    private:
        Finding finding_;
    };

    std::size_t batch_bytes_max_;
    Lsn durable_;
};

/// Waits after each batch of another carrier, as a slower disk would: `wait` is called on the log's
/// thread before the batch is told to be durable.
class DelayedCarrier final : public Carrier {
public:
    DelayedCarrier(Carrier& inner, std::function<void()> wait)
        : inner_(inner), wait_(std::move(wait)) {}

    std::size_t batch_bytes_max() const override { return inner_.batch_bytes_max(); }
    bool accepts() const override { return inner_.accepts(); }
    io::Result<void> append(BatchBuffer& batch, TimeNs now) override {
        auto done = inner_.append(batch, now);
        wait_();
        return done;
    }
    io::Result<void> turn(TimeNs now) override { return inner_.turn(now); }
    std::optional<TimeNs> due() const override { return inner_.due(); }
    io::Result<void> close(TimeNs now) override { return inner_.close(now); }
    Lsn durable() const override { return inner_.durable(); }
    Room room() const override { return inner_.room(); }
    void trim(Lsn behind) override { inner_.trim(behind); }
    std::unique_ptr<RecordSource> read_from(Lsn from, Lsn up_to) override {
        return inner_.read_from(from, up_to);
    }

private:
    Carrier& inner_;
    std::function<void()> wait_;
};

}  // namespace tickweir::txn::log
