#include "gateway/commands/json_replay_books.hpp"

#include <utility>

namespace tickweir::gateway {

using codecs::json::FrameStatus;

FrameStatus JsonReplayBooks::apply(const replay::JsonLine& line) {
    FrameStatus status = FrameStatus::ok;
    const auto take = [&](auto&& listener) {
        switch (line.kind) {
            case replay::JsonLineKind::frame:
                ++lines_.frames;
                status = books_.apply_frame(0, line.text, line.time, listener);
                break;
            case replay::JsonLineKind::answer:
                ++lines_.answers;
                status = books_.apply_answer(0, line.target, line.text, line.time, listener);
                break;
            case replay::JsonLineKind::sent:
                ++lines_.sends;
                break;
        }
    };
    if (!watched_) {
        take(NoJsonListener{});
        return status;
    }
    take(watch_.listener(instruments(), line.time.time_since_epoch().count()));
    watch_.note_touches(instruments());
    return status;
}

void JsonReplayBooks::begin_capture(book::TimeNs first) {
    if (std::exchange(began_, true))
        books_.on_other_recording(0, first,
                                  watch_.listener(instruments(), first.time_since_epoch().count()));
}

}  // namespace tickweir::gateway
