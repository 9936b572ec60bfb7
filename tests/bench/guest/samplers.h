#pragma once

// What it costs to ask each sampler about a new trace.

namespace afterglow::bench {

void forget_decisions();
void ask_always_on();
void ask_ratio();
void ask_parent_based();
void ask_probability();
void ask_rules();
void ask_user();
void ask_always_record();
void ask_adaptive();
/// Every question was answered, and some traces were kept.
bool all_decided();

}  // namespace afterglow::bench
