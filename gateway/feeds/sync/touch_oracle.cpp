#include "gateway/feeds/sync/touch_oracle.hpp"

#include <algorithm>

namespace tickweir::gateway {

OracleVerdict TouchOracle::on_touch(std::uint64_t id, const SyncTouch& touch) {
    OracleVerdict verdict = OracleVerdict::nothing;
    if (count_ != 0 && id < back(0).id) reset();  // an older connection's, or another numbering
    if (waiting_ && id > waiting_->id) {
        if (count_ != 0)
            verdict =
                back(0).touch == waiting_->touch ? OracleVerdict::agrees : OracleVerdict::differs;
        waiting_.reset();
    }
    if (ring_.empty()) ring_.resize(kept);
    ring_[count_++ & (kept - 1)] = {id, touch};
    return verdict;
}

OracleVerdict TouchOracle::on_book(std::uint64_t id, const SyncTouch& touch) {
    waiting_.reset();
    if (count_ == 0) return OracleVerdict::nothing;
    if (back(0).id <= id) {
        waiting_ = Entry{id, touch};
        return OracleVerdict::nothing;
    }
    const std::size_t there = std::min(count_, kept);
    for (std::size_t age = 1; age < there; ++age)
        if (back(age).id <= id)
            return back(age).touch == touch ? OracleVerdict::agrees : OracleVerdict::differs;
    return OracleVerdict::nothing;
}

}  // namespace tickweir::gateway
