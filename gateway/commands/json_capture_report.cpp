#include "gateway/commands/json_capture_report.hpp"

#include <utility>

namespace tickweir::gateway {

using codecs::json::ControlKind;
using codecs::json::FrameStatus;

// ------------------------------------------------------------------------------------- counting

struct JsonCaptureReport::Listener {
    JsonCaptureReport& report;
    std::uint64_t offset;

    void on_sync(std::uint32_t index, SyncState state, SyncReason reason) const {
        if (state != SyncState::out_of_sync) return;
        ++report.lost_count_;
        if (report.lost_.size() < lost_max) report.lost_.push_back({offset, index, reason});
    }
    void on_control(std::uint32_t, const codecs::json::ControlEvent& control) const {
        ++report.controls_[static_cast<std::size_t>(control.kind)];
    }
    void on_definition(std::uint32_t, const codecs::json::DefinitionEvent&) const {
        ++report.definitions_;
    }
};

void JsonCaptureReport::on_line(const replay::JsonLine& line) {
    if (!first_) first_ = line.time;
    if (last_ && line.time < *last_) ++steps_back_;
    last_ = line.time;
    FrameStatus status = FrameStatus::ok;
    const Listener listener{*this, line.offset};
    switch (line.kind) {
        case replay::JsonLineKind::frame:
            ++frames_;
            status = books_.apply_frame(0, line.text, line.time, listener);
            break;
        case replay::JsonLineKind::answer:
            ++answers_;
            status = books_.apply_answer(0, line.target, line.text, line.time, listener);
            break;
        case replay::JsonLineKind::sent:
            ++sends_;
            break;
    }
    if (status == FrameStatus::ok) return;
    ++refused_count_;
    if (refused_.size() >= refused_max) return;
    JsonRefusedLine refused{line.offset, status, {}, 0};
    if (const auto& refusal = books_.last_refusal()) {
        refused.field = refusal->error.field;
        refused.at_byte = refusal->error.offset;
    }
    refused_.push_back(std::move(refused));
}

}  // namespace tickweir::gateway
