// What a venue's service has done, in words that its thread writes and every thread reads: for
// metrics and status.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "gateway/shield/class_queues.hpp"
#include "gateway/venue/venue_intake.hpp"
#include "gateway/venue/venue_load.hpp"

namespace tickweir::gateway {

/// One writer; relaxed: numbers to be looked at, as they stood when show() was called last.
class VenueGauges {
public:
    struct Class {
        std::atomic<std::uint64_t> depth{0};
        std::atomic<std::uint64_t> high_water{0};
        std::atomic<std::uint64_t> served{0};
        std::atomic<std::uint64_t> waited_ns{0};  ///< all that were served, together
        std::atomic<std::int64_t> delay_ns{0};    ///< the least of the last interval
        std::array<std::atomic<std::uint64_t>, shield::shed_cause_names.size()> shed{};
    };
    shield::PerClass<Class> classes{};
    std::atomic<std::uint64_t> withdrawn{0};
    std::atomic<std::uint64_t> blocked{0};
    std::atomic<std::uint64_t> flaps{0};
    std::atomic<std::int64_t> input_delay_ns{0};  ///< the least of the last interval
    std::atomic<std::int64_t> log_lag_ns{0};      ///< of the last window
    std::array<std::atomic<std::uint64_t>, shield::load_mode_names.size()> entered{};

    /// The venue's thread.
    void show(const VenueIntake& intake, const VenueLoad& load) {
        for (const shield::PriorityClass urgency : shield::priority_classes)
            show(urgency, intake, load);
        set(withdrawn, intake.counts().withdrawn);
        set(blocked, intake.counts().blocked);
        const shield::LoadCounts& counts = load.modes().counts();
        set(flaps, counts.flaps);
        set(input_delay_ns, load.input_delay().count());
        set(log_lag_ns, load.log_lag().count());
        for (std::size_t mode = 0; mode < entered.size(); ++mode)
            set(entered[mode], counts.entered[mode]);
    }

private:
    template <class Word, class Value>
    static void set(Word& word, Value value) {
        word.store(value, std::memory_order_relaxed);
    }
    void show(shield::PriorityClass urgency, const VenueIntake& intake, const VenueLoad& load) {
        const std::size_t i = shield::class_index(urgency);
        const shield::ClassCounts& counts = intake.queues().counts(urgency);
        Class& shown = classes[i];
        set(shown.depth, counts.depth);
        set(shown.high_water, counts.high_water);
        set(shown.served, counts.served);
        set(shown.waited_ns, static_cast<std::uint64_t>(counts.waited.count()));
        set(shown.delay_ns, load.delay().of_class[i].count());
        for (std::size_t cause = 0; cause < shown.shed.size(); ++cause)
            set(shown.shed[cause], intake.counts().shed[i][cause]);
    }
};

}  // namespace tickweir::gateway
