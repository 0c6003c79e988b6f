<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>leeward::view::SymbolWords</name>
    <message numerus="yes">
        <source>%n places or units, mostly: %1</source>
        <translation>
            <numerusform>%n place or unit: %1</numerusform>
            <numerusform>%n places or units, mostly: %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>leeward::widgets::HeaderBar</name>
    <message numerus="yes">
        <source>%n warning(s) in force</source>
        <translation>
            <numerusform>%n warning in force</numerusform>
            <numerusform>%n warnings in force</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>◆ %n to settle</source>
        <translation>
            <numerusform>◆ %n to settle</numerusform>
            <numerusform>◆ %n to settle</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>◐ %n pending</source>
        <translation>
            <numerusform>◐ %n pending</numerusform>
            <numerusform>◐ %n pending</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>leeward::widgets::ImportPane</name>
    <message numerus="yes">
        <source>%1 of %n row(s) can come in.</source>
        <translation>
            <numerusform>%1 of %n row can come in.</numerusform>
            <numerusform>%1 of %n rows can come in.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Bring in %n row(s)</source>
        <translation>
            <numerusform>Bring in %n row</numerusform>
            <numerusform>Bring in %n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) brought in from %1.</source>
        <translation>
            <numerusform>%n row brought in from %1.</numerusform>
            <numerusform>%n rows brought in from %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>leeward::widgets::ListPane</name>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n row(s)</source>
        <translation>
            <numerusform>%1 of %n row</numerusform>
            <numerusform>%1 of %n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>leeward::widgets::MainWindow</name>
    <message numerus="yes">
        <source>%n assignment(s) have become overdue.</source>
        <translation>
            <numerusform>%n assignment has become overdue.</numerusform>
            <numerusform>%n assignments have become overdue.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>leeward::widgets::Notices</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>leeward::widgets::RecommendPanel</name>
    <message numerus="yes">
        <source>%n team(s) can not go</source>
        <translation>
            <numerusform>%n team can not go</numerusform>
            <numerusform>%n teams can not go</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Order %n team(s)  Ctrl+Enter</source>
        <translation>
            <numerusform>Order %n team  Ctrl+Enter</numerusform>
            <numerusform>Order %n teams  Ctrl+Enter</numerusform>
        </translation>
    </message>
</context>
</TS>
